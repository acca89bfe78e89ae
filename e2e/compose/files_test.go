//go:build compose

package compose

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const envoyImage = "envoyproxy/envoy:v1.40.0"

// allowed are the images that anybody can pull, and all that there is to pull. The last is for the filter alone.
var allowed = []string{envoyImage, "golang:1.26", "scratch", "tinygo/tinygo:0.41.1"}

// Whoever has Docker and a clone has all that is needed: no other image, file, variable, network or right.
func TestNeedsNothingElse(t *testing.T) {
	p := newProject(t)
	out := p.run("--profile", "*", "config", "--format", "json")
	var file struct {
		Services map[string]struct {
			Image   string
			Build   struct{ Context, Target string }
			Volumes []struct{ Type, Source string }
			Ports   []struct {
				HostIP    string `json:"host_ip"`
				Published string
			}
			Networks map[string]any
		}
		Networks, Volumes map[string]struct{ External bool }
		Secrets, Configs  map[string]any
	}
	if err := json.Unmarshal([]byte(out), &file); err != nil { // warnings would come first, about unset variables say
		t.Fatalf("%v in\n%s", err, out)
	}
	root, err := filepath.EvalSymlinks(p.dir)
	must(t, err)
	inside := func(path string) bool {
		path, err := filepath.EvalSymlinks(path)
		return err == nil && (path == root || strings.HasPrefix(path, root+string(filepath.Separator)))
	}
	published := []string{}
	for name, s := range file.Services {
		if s.Build.Context == "" && !slices.Contains(allowed, s.Image) || s.Build.Context != "" && !inside(s.Build.Context) {
			t.Errorf("%s: image %q, built from %q", name, s.Image, s.Build.Context)
		}
		for _, v := range s.Volumes {
			if v.Type == "bind" && !inside(v.Source) {
				t.Errorf("%s: %s is not in the repository", name, v.Source)
			}
		}
		for _, port := range s.Ports {
			published = append(published, port.HostIP+":"+port.Published)
		}
	}
	for _, m := range []map[string]struct{ External bool }{file.Networks, file.Volumes} {
		for name, x := range m {
			if x.External {
				t.Errorf("%s must be made by hand", name)
			}
		}
	}
	if len(file.Secrets)+len(file.Configs) > 0 {
		t.Error("there are secrets or configs")
	}
	slices.Sort(published)
	if want := []string{"127.0.0.1:18001", "127.0.0.1:18002", ":10000", ":10001", ":10002"}; !slices.Equal(published, want) {
		t.Errorf("published: %v, want %v", published, want)
	}
}

func TestDockerfileImages(t *testing.T) {
	file, err := os.Open("../../Dockerfile")
	must(t, err)
	defer file.Close()
	stages := []string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] != "FROM" {
			if len(words) > 0 && strings.HasPrefix(words[0], "#") && strings.Contains(lines.Text(), "syntax=") {
				t.Error("a syntax image is one more to pull")
			}
			continue
		}
		if strings.HasPrefix(words[1], "--platform=") {
			words = words[1:]
		}
		if image := words[1]; !slices.Contains(allowed, image) && !slices.Contains(stages, image) {
			t.Errorf("%s is not an image that this test knows", image)
		}
		if len(words) == 4 {
			stages = append(stages, words[3])
		}
	}
	if len(stages) == 0 {
		t.Error("no stages")
	}
}
