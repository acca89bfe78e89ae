package host

import (
	"net/http"
	"testing"
	"time"
)

func TestHTTPDate(t *testing.T) {
	// Leap years, their neighbours, ends of months, centuries.
	for _, day := range []string{
		"1970-01-01", "1994-11-06", "1999-12-31", "2000-02-28", "2000-02-29", "2000-03-01", "2023-02-28",
		"2024-02-29", "2024-12-31", "2025-03-01", "2100-02-28", "2100-03-01", "2400-02-29", "9999-12-31",
	} {
		want, err := time.Parse("2006-01-02 15:04:05", day+" 23:58:59")
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{http.TimeFormat, "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
			if year := want.Year(); form[6] == ',' && (year < 1970 || year > 2069) {
				continue
			}
			text := want.Format(form)
			if got, ok := httpDate(text); !ok || got != want.Unix() {
				t.Errorf("%s: %d (%v), want %d", text, got, ok, want.Unix())
			}
		}
	}
	for _, text := range []string{
		"", "soon", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nuv 1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov -994 08:49:37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT+1", "Sun, 06 Nov 1994 08:49:37 +0100", "Nov 06 1994 08:49:37", "1994-11-06T08:49:37Z",
		"Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT 1",
	} {
		if seconds, ok := httpDate(text); ok {
			t.Errorf("%q is read as %d", text, seconds)
		}
	}
}

func FuzzHTTPDate(f *testing.F) {
	f.Add("Sun, 06 Nov 1994 08:49:37 GMT")
	f.Add("Thu, 29 Feb 2024 23:59:60 GMT")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := httpDate(text)
		// What net/http reads means the same here. (Days of the week and lengths of months are not checked here.)
		if want, err := time.Parse(http.TimeFormat, text); err == nil && len(text) == len(http.TimeFormat) {
			if !ok || got != want.Unix() {
				t.Errorf("%q: %d (%v), want %d", text, got, ok, want.Unix())
			}
		}
	})
}
