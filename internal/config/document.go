package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// maxDepth is how deep lists and mappings may nest. The config itself needs seven levels;
// the rest is for a module's own config.
const maxDepth = 64

// document returns the root of the one YAML document in data, or nil after an error.
func (p *parser) document(data []byte) *yaml.Node {
	if len(data) > MaxBytes {
		p.errorf(1, 1, "", "the file is larger than %d bytes", MaxBytes)
		return nil
	}
	if !p.isText(data) {
		return nil
	}
	first, second, err := load(data)
	switch {
	case err != nil:
		p.syntaxError(data, err)
	case first == nil || isNull(first.Content[0]):
		p.errorf(1, 1, "", "the file is empty%s", p.needs)
	case second != nil:
		p.errorf(second.Line, second.Column, "", "a second YAML document begins here; a config is one document")
	default:
		return first.Content[0]
	}
	return nil
}

// errParser is all that is said of a mistake of the YAML parser's own.
var errParser = errors.New("the parser cannot read it, and cannot say why")

// load returns the first two documents in data, nil where there is none.
func load(data []byte) (first, second *yaml.Node, err error) {
	// The YAML parser panics where it finds a mistake of its own. A file must not be able
	// to take the server down, whatever the parser's next version gets wrong.
	defer func() {
		if r := recover(); r != nil {
			err = errParser // what it says may repeat the file
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(
		loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
			if depth > maxDepth {
				return fmt.Errorf("nested deeper than %d levels", maxDepth)
			}
			return nil
		}))))
	if err != nil {
		return nil, nil, err
	}
	for _, document := range []**yaml.Node{&first, &second} {
		node := new(yaml.Node)
		if err := loader.Load(node); errors.Is(err, io.EOF) {
			return first, second, nil
		} else if err != nil {
			return nil, nil, err
		}
		*document = node
	}
	return first, second, nil
}

// syntaxError reports err, which the YAML parser returned for data.
func (p *parser) syntaxError(data []byte, err error) {
	var e *yaml.LoadError
	if !errors.As(err, &e) || e.Mark.Line == 0 {
		p.errorf(1, 1, "", "not valid YAML: %v", errParser)
		return
	}
	line, column, message := e.Mark.Line, e.Mark.Column, e.Message
	opened := e.ContextMark.Line > 0 && e.ContextMark != e.Mark
	next, inside := runeAt(data, line, column)
	switch {
	case !inside && opened:
		// Where the file ends says nothing; where the unclosed thing begins does.
		line, column = e.ContextMark.Line, e.ContextMark.Column
		message = fmt.Sprintf("%s %s before the end of the file", message, e.ContextMsg)
	case !inside:
		line, column = end(data)
	case e.Stage == yaml.ComposerStage, strings.HasSuffix(e.ContextMsg, "an alias"), strings.HasSuffix(e.ContextMsg, "an anchor"):
		message = noAnchors
	case next == '\t':
		message = "a tab where only spaces may indent"
	case strings.ContainsRune("@`%", next) && strings.Contains(message, "cannot start any token"):
		message = fmt.Sprintf("text that begins with %c must be quoted", next)
	case strings.HasSuffix(message, "incompatible YAML document"):
		message = "a %YAML directive is not needed; leave it out"
	case strings.HasPrefix(message, "mapping values are not allowed"):
		message = `a ": " that begins no field; quote the text, or check the indentation`
	case opened:
		message = fmt.Sprintf("%s %s that begins at line %d", message, e.ContextMsg, e.ContextMark.Line)
	}
	p.errorf(line, column, "", "not valid YAML: %s", message)
}
