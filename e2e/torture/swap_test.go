//go:build torture

package torture

import (
	"fmt"
	"os"
	"path/filepath"
)

// data is the link to the folder of the files, as in a mounted ConfigMap.
const data = "..data"

// swap changes all files at once. Those that are no links into the folder yet become such
// first, with the content that they have.
func (d *disk) swap(what string, n int, next content) error {
	if err := d.link(); err != nil {
		return err
	}
	name, err := d.folder(func(file string) ([]byte, error) { return next.text(file, n) })
	if err != nil {
		return err
	}
	old, _ := os.Readlink(filepath.Join(d.dir, data))
	d.judge.begin(what, next)
	if err := d.point(name); err != nil {
		return err
	}
	d.judge.done()
	return os.RemoveAll(filepath.Join(d.dir, old))
}

// link makes links of the files.
func (d *disk) link() error {
	files := []string{configFile, keysFile, moduleFile}
	var plain []string
	for _, file := range files {
		if to, _ := os.Readlink(filepath.Join(d.dir, file)); to == "" {
			plain = append(plain, file)
		}
	}
	if len(plain) == 0 {
		return nil
	}
	old, _ := os.Readlink(filepath.Join(d.dir, data))
	name, err := d.folder(func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(d.dir, file)) })
	if err != nil {
		return err
	}
	if err := d.point(name); err != nil {
		return err
	}
	for _, file := range plain {
		link := filepath.Join(d.dir, file)
		if err := os.Symlink(filepath.Join(data, file), link+".next"); err != nil {
			return err
		}
		if err := os.Rename(link+".next", link); err != nil {
			return err
		}
	}
	if old == "" {
		return nil
	}
	return os.RemoveAll(filepath.Join(d.dir, old))
}

// folder makes a folder with the files and returns its name.
func (d *disk) folder(text func(file string) ([]byte, error)) (string, error) {
	d.swaps++
	name := fmt.Sprintf("..%d", d.swaps)
	if err := os.Mkdir(filepath.Join(d.dir, name), 0o700); err != nil {
		return "", err
	}
	for _, file := range []string{configFile, keysFile, moduleFile} {
		b, err := text(file)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(d.dir, name, file), b, 0o600); err != nil {
			return "", err
		}
	}
	return name, nil
}

// point makes a folder the one that the links lead to.
func (d *disk) point(name string) error {
	next := filepath.Join(d.dir, data+".next")
	if err := os.Symlink(name, next); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(d.dir, data))
}
