package usage

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/spelling"
)

// flagError says what is wrong with a flag in words of ours: those of pflag and strconv are for programmers.
func flagError(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return Errorf("there is no flag -%.1s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return Errorf("%s needs a value%s", dashed(missing.GetFlag()), kind(missing.GetFlag()))
	case errors.As(err, &invalid):
		return Errorf("%s %s: %s", dashed(invalid.GetFlag()), spelling.Quote(invalid.GetValue()), wrongValue(invalid.GetFlag(), invalid.Unwrap()))
	case errors.As(err, &syntax):
		return Errorf("%s is no flag", spelling.Quote(syntax.GetSpecifiedFlag()))
	}
	return Wrap(err)
}

func unknownFlag(c *cobra.Command, name string) error {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if meant := spelling.Nearest(name, names); meant != "" {
		return Errorf("there is no flag --%s: do you mean --%s?", name, meant)
	}
	return Errorf("there is no flag --%s", name)
}

// checkRequired looks for the flags that c.MarkFlagRequired names, before cobra does.
func checkRequired(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[cobra.BashCompOneRequiredFlag] != nil && !f.Changed && err == nil {
			err = Errorf("%s is missing%s", dashed(f), kind(f))
		}
	})
	return err
}

// exclusive is cobra's annotation of flags that go without each other: the names of a group, with blanks between.
const exclusive = "cobra_annotation_mutually_exclusive"

// checkTogether looks for flags that exclude each other, before cobra does. A variable is named before what was typed.
func checkTogether(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		for _, group := range f.Annotations[exclusive] {
			for name := range strings.FieldsSeq(group) {
				other := c.Flags().Lookup(name)
				if name == f.Name || !f.Changed || !other.Changed || FromVariable(other) && !FromVariable(f) || err != nil {
					continue
				}
				err = Errorf("%s: not together with --%s", dashed(f), name)
			}
		}
	})
	if err == nil {
		err = Wrap(c.ValidateFlagGroups())
	}
	return err
}

// checkNegative is for numbers and durations: no flag means anything by a negative one.
func checkNegative(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Value.Type() {
		case "int", "duration":
			if strings.HasPrefix(f.Value.String(), "-") && err == nil {
				err = Errorf("%s %s: must not be negative", dashed(f), f.Value)
			}
		}
	})
	return err
}

// kind is the word for the value of f, as the end of a sentence.
func kind(f *pflag.Flag) string {
	if name, _ := pflag.UnquoteUsage(f); name != "" {
		return ": " + dashed(f) + " " + name
	}
	return ""
}

func wrongValue(f *pflag.Flag, cause error) string {
	switch f.Value.Type() {
	case "bool":
		return "must be true or false"
	case "duration":
		return "must be a duration, such as 500ms, 10s or 2m"
	case "int", "int32", "int64", "count":
		if errors.Is(cause, strconv.ErrRange) {
			return "the number is too large"
		}
		return "must be a whole number"
	case "uint16":
		return "must be a number from 0 to 65535"
	case "uint", "uint32", "uint64":
		return "must be a whole number, not negative and not too large"
	case "float32", "float64":
		return "must be a number"
	case "stringSlice", "stringArray":
		return `must be words with commas between; a word with a comma or a quote stands in quotes, "a,b", with each quote in it twice`
	}
	return cause.Error()
}
