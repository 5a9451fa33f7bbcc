// Package command is what the commands that serve a model have in common: their options, and how they start and end.
package command

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

var models = []string{"iris", "iris-forest"}

// Options are what the command line says.
type Options struct {
	Model  string
	Folder string // where the model is, as NAME.json
	Port   int    // 0 takes any free port
}

// Parse reads the arguments behind the program's name. Messages about wrong ones go to the output as well.
func Parse(program string, arguments []string, output io.Writer) (Options, error) {
	var o Options
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&o.Model, "model", models[0], "the model to serve: iris or iris-forest")
	flags.StringVar(&o.Folder, "models", defaultFolder(), "the folder with the models as JSON")
	flags.IntVar(&o.Port, "port", 8080, "the port to listen on, on 127.0.0.1")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	err := o.check(flags.Args())
	if err != nil {
		fmt.Fprintln(output, err)
	}
	return o, err
}

func (o Options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("there is no argument %q", rest[0])
	case !slices.Contains(models, o.Model):
		return fmt.Errorf("there is no model %q, only %q", o.Model, models)
	case o.Port < 0 || o.Port > 65535:
		return fmt.Errorf("%d is no port", o.Port)
	}
	return nil
}

// defaultFolder finds the models from the repository's root and from this module's.
func defaultFolder() string {
	here := filepath.Join("case-study", "go", "models")
	if _, err := os.Stat(here); err != nil {
		return "models"
	}
	return here
}
