//go:build compose

package compose

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

func TestImages(t *testing.T) {
	for _, name := range []string{"xds-server", "ua-echo"} {
		t.Run(name, func(t *testing.T) {
			image := projectName + "-" + name
			var config struct {
				User        string
				Healthcheck struct{ Test []string }
				Labels      map[string]string
			}
			must(t, json.Unmarshal([]byte(docker(t, "image", "inspect", "--format", "{{json .Config}}", image)), &config))
			if config.User != "65532:65532" || len(config.Healthcheck.Test) < 3 || config.Labels["org.opencontainers.image.title"] == "" {
				t.Errorf("config: %+v", config)
			}
			files := content(t, image)
			binary, ok := files["usr/local/bin/"+name]
			if !ok || len(files["etc/ssl/certs/ca-certificates.crt"]) == 0 {
				t.Fatal("the binary or the CA bundle is not in it")
			}
			if _, shell := files["bin/sh"]; shell {
				t.Error("it has a shell")
			}
			static(t, binary, elf.EM_NONE)
			t.Logf("%s bytes, of which the binary has %d", docker(t, "image", "inspect", "--format", "{{.Size}}", image), len(binary))
		})
	}
}

// Another architecture is a matter of Go's compiler, and needs no emulation.
func TestOtherArchitecture(t *testing.T) {
	arch, machine := "arm64", elf.EM_AARCH64
	if docker(t, "version", "--format", "{{.Server.Arch}}") == arch {
		arch, machine = "amd64", elf.EM_X86_64
	}
	p := newProject(t, "COMPOSE_PROJECT_NAME="+projectName+"-other", "DOCKER_DEFAULT_PLATFORM=linux/"+arch)
	p.run("build", "ua-echo")
	image := projectName + "-other-ua-echo"
	defer docker(t, "image", "rm", image)
	if got := docker(t, "image", "inspect", "--format", "{{.Architecture}}", image); got != arch {
		t.Errorf("architecture %s, want %s", got, arch)
	}
	static(t, content(t, image)["usr/local/bin/ua-echo"], machine)
}

// static holds a binary to needing no loader and no library; machine may be elf.EM_NONE, for any.
func static(t *testing.T, binary []byte, machine elf.Machine) {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(binary))
	must(t, err)
	if machine != elf.EM_NONE && f.Machine != machine {
		t.Errorf("built for %s, want %s", f.Machine, machine)
	}
	for _, segment := range f.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("it is not static")
		}
	}
}

// content are the files of an image by name.
func content(t *testing.T, image string) map[string][]byte {
	t.Helper()
	id := docker(t, "create", image)
	defer docker(t, "rm", "--volumes", id)
	out, err := exec.Command("docker", "export", id).Output()
	must(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(out)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		files[strings.TrimPrefix(h.Name, "./")] = data
	}
}
