package live

// Reasons to load again what did not change. Retry has others, which the callers name.
const (
	backOff = "back-off" // heal's
	touch   = "touch"    // the source's own: the same bytes were saved again
)

// ask is a load that was asked for.
type ask struct {
	reason string
	result chan int // how many Envoys are sent again what they refused, once the load is done
}

type asks []ask

// ask makes the source load soon.
func (l *Live) ask(reason string) ask {
	a := ask{reason, make(chan int, 1)}
	l.mu.Lock()
	l.asked = append(l.asked, a)
	l.mu.Unlock()
	l.Source.Reload()
	return a
}

// taken are those that the load that begins now is the answer to.
func (l *Live) taken() asks {
	l.mu.Lock()
	taken := l.asked
	l.asked = nil
	l.mu.Unlock()
	for _, a := range taken {
		l.Log.Info("config is loaded again", "reason", a.reason)
	}
	return taken
}

// giveBack leaves asks to the next load.
func (l *Live) giveBack(a asks) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(a, l.asked...)
}

// byPerson says whether it was not only the clock that asked.
func (a asks) byPerson() bool {
	for _, ask := range a {
		if ask.reason != backOff {
			return true
		}
	}
	return false
}

func (a asks) done(envoys int) {
	for _, ask := range a {
		if ask.result != nil {
			ask.result <- envoys
		}
	}
}
