package snapshot

import "strings"

// Advice is what to do about words of Envoy's that are clear to nobody else, "" for others. It
// is to stand after the words.
func Advice(words string) string {
	if strings.Contains(words, systemCAs) {
		return "; Envoy's machine has no CA certificates at this path, where Debian and Alpine have them: name a file with tls.ca"
	}
	return ""
}
