package config

import "regexp"

var (
	// shellVariable is ${NAME}, with a default or without, and $NAME as the last word. A price, a
	// hash ($2y$10$…) and ${jndi:…} are none.
	shellVariable = regexp.MustCompile(`\$\{(env[.:])?[A-Za-z_][A-Za-z0-9_.]*(:?[-+=?][^{}]*)?\}|(^|[ =])\$[A-Za-z_][A-Za-z0-9_]*$`)
	// template is what Helm, Jinja, GitHub and others fill in.
	template = regexp.MustCompile(`\{\{.*\}\}`)
	// envoyFormat is %REQ(x)%, %DOWNSTREAM_REMOTE_ADDRESS% and the like. Percent-encoded text is none.
	envoyFormat = regexp.MustCompile(`%[A-Z][A-Z_]{2,}(\([^()]*\))?(:[0-9]+)?%`)
)

// unfilled says what in a value should have become something else before it came here, and would be
// sent as it is; "" if there is nothing. It does not repeat the value.
func unfilled(s string) string {
	switch {
	case template.MatchString(s):
		return "has a template ({{ … }}) that nothing has filled in"
	case shellVariable.MatchString(s):
		return "has a variable, and values are sent as they are written; values_from_env takes them from the server's environment"
	}
	return ""
}

// notAPlainValue says why a pool cannot have the value s, "" if it can.
func notAPlainValue(header, s string) string {
	wrong := notAValue(header, s)
	if wrong == "" && envoyFormat.MatchString(s) {
		return "has a format string of Envoy (%…%), and values are sent as they are written; a filter with mutate fills it in"
	}
	return wrong
}
