package page

import "fmt"

// icon is the page's sign in the browser's tab: shape and colour say how things are.
type icon int

const (
	lives icon = iota
	warns
	fails
)

func (i icon) file() string { return i.String() + ".svg" }

func (i icon) svg() []byte {
	shapes := [...]string{
		`<circle cx="8" cy="8" r="7" fill="#1a7f37"/>`,
		`<path d="M8 1 15.5 15H.5z" fill="#bf8700"/>`,
		`<rect x="1" y="1" width="14" height="14" fill="#cf222e"/>`,
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">%s</svg>`, shapes[i])
}

// String is what the template calls it.
func (i icon) String() string { return [...]string{"live", "warns", "fails"}[i] }
