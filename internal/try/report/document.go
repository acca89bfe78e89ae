package report

// These are what JSON writes. Durations are texts such as "1m0s", on a clock that
// begins with the first request.
type (
	// Document is the whole.
	Document struct {
		File      string         `json:"file"`
		Requests  int            `json:"requests"`
		Tries     int            `json:"tries"`
		Statuses  map[string]int `json:"statuses"`  // of what clients got, "" for no response
		Exchanges []exchange     `json:"exchanges"` // the first hundred
		Values    []value        `json:"values"`
		Evictions []event        `json:"evictions"` // the first thousand
		Logs      []log          `json:"logs"`
		Metrics   []metric       `json:"metrics"`
		Shared    []shared       `json:"shared_data"`
		Warnings  []string       `json:"warnings"`
	}
	exchange struct {
		At       string `json:"at"`
		Tries    int    `json:"tries"`
		Request  sides  `json:"request"`
		Response sides  `json:"response"`
		Filters  []hop  `json:"filters"`
	}
	sides struct {
		Before *message `json:"before"` // null if it did not come so far
		After  *message `json:"after"`
	}
	message struct {
		Headers [][2]string `json:"headers"`
		Body    string      `json:"body,omitempty"`
	}
	hop struct {
		Filter string `json:"filter"`
		Try    int    `json:"try,omitempty"`
		Reply  uint32 `json:"reply,omitempty"`
		Paused string `json:"paused,omitempty"`
		Closed bool   `json:"closed,omitempty"`
		// Unmatched: the request passed the filter by.
		Unmatched bool `json:"unmatched,omitempty"`
	}
	value struct {
		Filter   string `json:"filter"`
		Header   string `json:"header"`
		Value    string `json:"value"`
		As       string `json:"as,omitempty"`    // the alias of the value
		Other    bool   `json:"other,omitempty"` // stands for all values that are too many
		Chosen   int    `json:"chosen"`
		Evicted  int    `json:"evicted"`
		OutUntil string `json:"out_until,omitempty"`
		Out      bool   `json:"out"`
	}
	event struct {
		At     string `json:"at"`
		Filter string `json:"filter"`
		Header string `json:"header"`
		Value  string `json:"value"`
		As     string `json:"as,omitempty"`
		Until  string `json:"until"`
	}
	log struct {
		Filter string `json:"filter"`
		Level  string `json:"level"`
		Text   string `json:"text"`
		Count  int    `json:"count"`
	}
	metric struct {
		Filter string `json:"filter"`
		Name   string `json:"name"`
		Kind   string `json:"kind"`
		Value  uint64 `json:"value"`
	}
	shared struct {
		Filter string `json:"filter"`
		Key    string `json:"key"`
		Value  []byte `json:"value"` // base64
	}
)
