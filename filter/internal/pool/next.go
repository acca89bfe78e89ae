package pool

// Next is the value behind a choice, the first one behind the last: that of the next try of a request, which took it without
// asking.
func (p *Pool) Next(choice Choice) Choice {
	value := choice.Value() + 1
	if value == len(p.values) {
		value = 0
	}
	p.countChosen(value)
	return Choice(value + 1)
}
