package model

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// exported is the file that case-study/models/export.py writes.
type exported struct {
	Name         string         `json:"name"`
	Version      string         `json:"version"`
	Features     []string       `json:"features"`
	Classes      []string       `json:"classes"`
	Kind         string         `json:"kind"`
	Coefficients [][]float64    `json:"coefficients"`
	Intercepts   []float64      `json:"intercepts"`
	Trees        []exportedTree `json:"trees"`
}

// Load reads the model that the folder has under the name. A file that could not predict is an error that says why.
func Load(folder, name string) (*Model, error) {
	path := filepath.Join(folder, name+".json")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the model %q cannot be read: %w", name, err)
	}
	m, err := parse(text, name)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return m, nil
}

func parse(text []byte, name string) (*Model, error) {
	var file exported
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("is no exported model: %w", err)
	}
	if file.Name != name {
		return nil, fmt.Errorf("has the model %q, not %q", file.Name, name)
	}
	if !slices.Equal(file.Features, Features[:]) {
		return nil, fmt.Errorf("has the features %q, not %q", file.Features, Features)
	}
	if len(file.Classes) != 3 {
		return nil, fmt.Errorf("has %d classes, not 3", len(file.Classes))
	}
	m := &Model{Name: file.Name, Version: file.Version, Classes: [3]string(file.Classes)}
	var err error
	switch file.Kind {
	case "softmax":
		m.softmax, err = newSoftmax(file.Coefficients, file.Intercepts)
	case "forest":
		m.forest, err = newForest(file.Trees)
	default:
		err = fmt.Errorf("is of the unknown kind %q", file.Kind)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}
