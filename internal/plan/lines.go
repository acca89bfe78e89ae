package plan

// Lines are changes for people: a line each, followed by its details, indented.
func Lines(changes []Change) (lines []string) {
	for _, c := range changes {
		lines = append(lines, c.Resource+": "+c.Effect)
		for _, d := range c.Details {
			lines = append(lines, "    "+d)
		}
	}
	return lines
}
