package usage

import (
	"encoding/csv"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/spelling"
)

// Annotations of flags and commands.
const (
	variableName = "livefilter_variable"  // of a flag: the variable that stands in for it
	wasSet       = "livefilter_was_set"   // of a flag: the variable did
	ownVariables = "livefilter_variables" // of a command: its name is in those of its flags
)

// Variable names the variable that stands in for a flag, where another flag of this name means something else.
func Variable(flags *pflag.FlagSet, flag, name string) {
	_ = flags.SetAnnotation(flag, variableName, []string{name})
}

// OwnVariables puts c's name into the variables of its flags, where those of other commands mean something else by one name.
func OwnVariables(c *cobra.Command) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[ownVariables] = "yes"
}

// FromVariable reports whether nobody typed f: its value is a variable's.
func FromVariable(f *pflag.Flag) bool { return f.Annotations[wasSet] != nil }

// VariableOf returns the variable that stands in for f, "" where there is none.
func VariableOf(f *pflag.Flag) string {
	if names := f.Annotations[variableName]; len(names) > 0 {
		return names[0]
	}
	return ""
}

func nameVariables(c *cobra.Command, prefix string) {
	if c.Annotations[ownVariables] != "" {
		prefix += upper(c.Name()) + "_"
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if VariableOf(f) == "" && f.Name != "help" {
			Variable(c.Flags(), f.Name, prefix+upper(f.Name))
		}
	})
}

func upper(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// ReadVariables sets the flags that nobody typed. An empty variable is as good as none. It was called before any RunE, and
// was not where a shell completes.
func ReadVariables(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := VariableOf(f)
		value := os.Getenv(name)
		if err != nil || name == "" || value == "" || f.Changed {
			return
		}
		if e := set(c.Flags(), f, value); e != nil {
			err = Errorf("%s %s: %s", name, spelling.Quote(value), wrongValue(f, e))
			return
		}
		_ = c.Flags().SetAnnotation(f.Name, wasSet, []string{name})
	})
	return err
}

// set reads a flag that may be given several times from words with commas between.
func set(flags *pflag.FlagSet, f *pflag.Flag, value string) error {
	if list, ok := f.Value.(pflag.SliceValue); ok && f.Value.Type() == "stringArray" {
		words, err := csv.NewReader(strings.NewReader(value)).Read()
		if err != nil {
			return err
		}
		f.Changed = true
		return list.Replace(words)
	}
	return flags.Set(f.Name, value)
}

// byVariable has words about the value of a flag name the variable that it came from.
func byVariable(c *cobra.Command, words string) string {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		typed := []string{dashed(f)}
		if f.Shorthand != "" {
			typed = append(typed, "-"+f.Shorthand)
		}
		for _, t := range typed {
			if rest, ok := strings.CutPrefix(words, t); ok && FromVariable(f) && (rest == "" || strings.ContainsAny(rest[:1], ": ,")) {
				words = VariableOf(f) + rest
			}
		}
	})
	return words
}
