package host

import "github.com/livefilter/livefilter/filter/internal/decimal"

// httpDate reads a date in one of the three forms of RFC 9110, section 5.6.7, and returns its seconds since 1970:
//
//	Sun, 06 Nov 1994 08:49:37 GMT
//	Sunday, 06-Nov-94 08:49:37 GMT
//	Sun Nov  6 08:49:37 1994
//
// It looks at numbers and words, not at what is between them. time.Parse would do, at the price of time's tables.
func httpDate(text string) (seconds int64, ok bool) {
	var numbers [5]int64 // day, year, hour, minute, second; or the year comes last
	month, count, words := int64(0), 0, 0
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' {
			i++
		}
		if word := text[start:i]; word != "" {
			words++
			switch {
			case words == 2:
				month = monthOf(word)
			case words == 3 && word != "GMT" || words > 3:
				return 0, false
			}
			continue
		}
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		if start == i {
			if c := text[i]; c != ' ' && c != ',' && c != ':' && c != '-' {
				return 0, false
			}
			i++
			continue
		}
		if count == len(numbers) {
			return 0, false
		}
		if numbers[count], ok = decimal.Parse(text[start:i], 4); !ok {
			return 0, false
		}
		count++
	}
	day, year, hour, minute, second := numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
	if words == 2 {
		hour, minute, second, year = numbers[1], numbers[2], numbers[3], numbers[4]
	}
	switch {
	case year < 70:
		year += 2000
	case year < 100:
		year += 1900
	}
	if count < len(numbers) || year < 1970 || month == 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return daysSince1970(year, month, day)*86400 + hour*3600 + minute*60 + second, true
}

// monthOf returns 1 to 12; 0 for no month.
func monthOf(word string) int64 {
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for m := range int64(12) {
		if months[m*3:m*3+3] == word {
			return m + 1
		}
	}
	return 0
}

// daysSince1970 counts in years that begin in March, so that a leap day comes last (Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
func daysSince1970(year, month, day int64) int64 {
	if month < 3 {
		year, month = year-1, month+12
	}
	return year*365 + year/4 - year/100 + year/400 + (month*153-457)/5 + day - 719469
}
