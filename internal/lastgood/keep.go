package lastgood

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
)

// keep is how many configs stay in the folder.
const keep = 1

const prefix = "livefilter-config-"

// A config's name ends in a number rather than a time, since clocks are set back.
var configName = regexp.MustCompile(`^` + prefix + `[0-9]{10}$`)

// Load returns the config that was saved last, or nil if there is none yet. What is damaged,
// incomplete, not livefilter's or a later version's is an error and changes nothing: the
// next Save replaces it.
func (d *Dir) Load() (*Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.load()
	if err != nil {
		return nil, fmt.Errorf("last good config in %s: %w", d.path, err)
	}
	return c, nil
}

func (d *Dir) load() (*Config, error) {
	names, err := d.names(configName)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return d.load1()
	}
	name := names[len(names)-1]
	text, err := d.read(name)
	var c *Config
	if err == nil {
		c, err = decode(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	return c, nil
}

// Save makes c the last good config. Once it returns nil, c survives a power cut; until then,
// and after an error, Load returns the config before it, or c if the error came at the very
// end. An error names the folder and is what the disk said (syscall.ENOSPC, for instance), or
// says that c has no config file, more than 256 MiB, or paths that are not UTF-8. Whether c is
// newer than what is there is the caller's to know.
func (d *Dir) Save(c Config) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.save(c); err != nil {
		return fmt.Errorf("save the last good config in %s: %w", d.path, err)
	}
	return nil
}

func (d *Dir) save(c Config) error {
	text, err := encode(c)
	if err != nil {
		return err
	}
	if err := d.held(); err != nil {
		return err
	}
	names, err := d.names(configName)
	if err != nil {
		return err
	}
	number := 0
	if len(names) > 0 {
		number, _ = strconv.Atoi(names[len(names)-1][len(prefix):])
	}
	name := fmt.Sprintf("%s%010d", prefix, number+1)
	if !configName.MatchString(name) {
		return fmt.Errorf("there is no number after %d", number)
	}
	if err := d.put(name, text); err != nil {
		return err
	}
	// Only now is it certain that the disk has the new config. What cannot be removed is tried
	// again with the next save.
	old, _ := d.names(name1)
	for _, name := range append(old, names[:max(0, len(names)+1-keep)]...) {
		if info, err := d.root.Lstat(name); err == nil && info.Mode().IsRegular() {
			_ = d.remove(name)
		}
	}
	return nil
}

// names are those in the folder that match, in order.
func (d *Dir) names(match *regexp.Regexp) (names []string, err error) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, cause(err)
	}
	for _, e := range entries {
		if match.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
