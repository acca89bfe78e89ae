// Package duration reads durations, as time.ParseDuration does in five times the size.
package duration

import "time"

// Parse reads a Go duration such as 1m30s or 1.5s, without a sign. More than limit is limit+1.
func Parse(text string, limit time.Duration) (total time.Duration, ok bool) {
	for text != "" {
		whole, rest := leadingDigits(text)
		fraction := ""
		if rest != "" && rest[0] == '.' {
			fraction, rest = leadingDigits(rest[1:])
		}
		unit, length := leadingUnit(rest)
		if whole == "" && fraction == "" || unit == 0 {
			return 0, false
		}
		text, ok = rest[length:], true
		for scale := unit / 10; fraction != "" && scale > 0; scale /= 10 {
			total += time.Duration(fraction[0]-'0') * scale
			fraction = fraction[1:]
		}
		n := time.Duration(0)
		for i := range len(whole) {
			n = min(n*10+time.Duration(whole[i]-'0'), limit/unit+1)
		}
		total = min(total+n*unit, limit+1)
	}
	return total, ok
}

func leadingDigits(text string) (number, rest string) {
	i := 0
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	return text[:i], text[i:]
}

func leadingUnit(text string) (unit time.Duration, length int) {
	if len(text) >= 2 {
		switch text[:2] {
		case "ns":
			return time.Nanosecond, 2
		case "us":
			return time.Microsecond, 2
		case "ms":
			return time.Millisecond, 2
		}
	}
	if text != "" {
		switch text[0] {
		case 's':
			return time.Second, 1
		case 'm':
			return time.Minute, 1
		case 'h':
			return time.Hour, 1
		}
	}
	return 0, 0
}
