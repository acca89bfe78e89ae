//go:build compose

package compose

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is said to work works: the commands in docker-compose.yaml's own comment, and those in docs/how-to/compose.md.
func TestWhatIsSaid(t *testing.T) {
	p := newProject(t)
	file, err := os.ReadFile(filepath.Join(p.dir, "docker-compose.yaml"))
	must(t, err)
	comment, _, _ := strings.Cut(string(file), "\nname:")
	page, err := os.ReadFile(filepath.Join(p.dir, "docs/how-to/compose.md"))
	must(t, err)

	commands, more := commandsIn(comment), commandsIn(string(page))
	if len(commands) < 8 || len(more) < 3 {
		t.Fatalf("commands in docker-compose.yaml: %q, in docs/how-to/compose.md: %q", commands, more)
	}
	for _, command := range append(commands, more...) {
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
	commandLine  = regexp.MustCompile(`(?m)^(?:#   |    |\$ )((?:LIVEFILTER_.+? )?(?:docker compose|curl) .+)$`)
)

// commandsIn finds commands, indented or behind a prompt; two spaces or a # begin an explanation.
func commandsIn(text string) (commands []string) {
	for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
		command, _, _ := strings.Cut(m[1], "  ")
		command, _, _ = strings.Cut(command, " #")
		commands = append(commands, command)
	}
	return commands
}
