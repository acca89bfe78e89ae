//go:build compose

package compose

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is said to work works: the commands in docker-compose.yaml's own comment, and those in README's part on Docker.
func TestWhatIsSaid(t *testing.T) {
	p := newProject(t)
	file, err := os.ReadFile(filepath.Join(p.dir, "docker-compose.yaml"))
	must(t, err)
	comment, _, _ := strings.Cut(string(file), "\nname:")
	readme, err := os.ReadFile(filepath.Join(p.dir, "README.md"))
	must(t, err)
	_, section, _ := strings.Cut(string(readme), "\n## Docker\n")
	section, _, _ = strings.Cut(section, "\n## ")

	commands := commandsIn(comment)
	if len(commands) < 8 {
		t.Fatalf("commands in the comment: %q", commands)
	}
	for _, command := range append(commands, commandsIn(section)...) {
		t.Log(command)
		tested := inBackground.ReplaceAllString(strings.Replace(command, "curl ", "curl -sS --fail ", 1), " up --detach --wait$1")
		if out, err := p.command("bash", "-c", tested).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
}

var (
	// inBackground finds the commands that would stay, to show the log.
	inBackground = regexp.MustCompile(` up(?: --wait| --detach)*($| )`)
	commandLine  = regexp.MustCompile(`(?m)^(?:#   |    )\$? *((?:LIVEFILTER_.+? )?(?:docker compose|curl) .+)$`)
)

// commandsIn finds indented commands; two spaces or a # begin an explanation.
func commandsIn(text string) (commands []string) {
	for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
		command, _, _ := strings.Cut(m[1], "  ")
		command, _, _ = strings.Cut(command, " #")
		commands = append(commands, command)
	}
	return commands
}
