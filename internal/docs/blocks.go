// Package docs reads the pages of docs/ for the tests that hold them: their fenced blocks, the commands in these and
// what the commands print, and the parts that are generated.
package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Block is a fenced block of a page.
type Block struct {
	Line int    // of its first line of text
	Lang string // the first word behind the fence
	Info string // what follows that
	Text string
}

// Title is NAME of title=NAME behind the fence, the file that the block shows whole; "" where there is none.
func (b Block) Title() string {
	_, name, _ := strings.Cut(b.Info, "title=")
	return name
}

// Untested is why the commands of the block are not run by the test of its page; "" where they are.
func (b Block) Untested() string {
	why, _ := strings.CutPrefix(b.Info, "untested: ")
	if why == b.Info {
		return ""
	}
	return why
}

var fence = regexp.MustCompile("^ *```")

// Blocks returns the fenced blocks of a page, in order.
func Blocks(page string) (blocks []Block) {
	var open *Block
	for i, line := range strings.Split(page, "\n") {
		switch {
		case !fence.MatchString(line):
			if open != nil {
				open.Text += line + "\n"
			}
		case open != nil:
			blocks = append(blocks, *open)
			open = nil
		default:
			lang, info, _ := strings.Cut(strings.TrimLeft(line, " `"), " ")
			open = &Block{Line: i + 2, Lang: lang, Info: info}
		}
	}
	return blocks
}

var span = regexp.MustCompile("(?m)`[^`\n]+`|^    .+$")

// Code returns all code of a page, a piece a line: the commands of its blocks, indented lines, what stands in backquotes.
func Code(page string) string {
	var code []string
	for _, b := range Blocks(page) {
		if b.Lang != "text" {
			code = append(code, strings.ReplaceAll(b.Text, "\\\n", " "))
		}
		page = strings.Replace(page, b.Text, "", 1)
	}
	page = strings.ReplaceAll(page, "\\\n", " ")
	return strings.Join(append(code, span.FindAllString(page, -1)...), "\n")
}

// Pages returns every page, by its path from root, the top of the repository: those of docs, and the ones beside it.
func Pages(root string) (map[string]string, error) {
	pages := map[string]string{}
	names := []string{"README.md", "CONTRIBUTING.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		name, err := filepath.Rel(root, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		pages[filepath.ToSlash(name)] = string(text)
	}
	return pages, nil
}
