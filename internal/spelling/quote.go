package spelling

import "fmt"

// Quote returns s for a message, shortened: it may be long, and it may be a secret.
func Quote(s string) string {
	const limit = 40
	for i := range s {
		if limit <= i {
			return fmt.Sprintf("%q…", s[:i])
		}
	}
	return fmt.Sprintf("%q", s)
}
