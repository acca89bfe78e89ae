// Package decimal writes and reads whole numbers, as strconv does in 1.3 KB more of the module.
package decimal

// String writes a number that is not negative.
func String(n int) string {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(digits[i:])
		}
	}
}

// Parse reads a number of at most most digits, 18 or fewer, and nothing else.
func Parse(text string, most int) (n int64, ok bool) {
	if text == "" || len(text) > most {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}
