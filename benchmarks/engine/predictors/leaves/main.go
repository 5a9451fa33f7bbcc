// Measures github.com/dmitryikh/leaves inside its own process; the commands are those of driver.c.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dmitryikh/leaves"
)

var begun = time.Now()

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	// leaves knows the versions 2 and 3 of the text format; 4 has only added fields that these models do not use.
	text = bytes.Replace(text, []byte("version=v4"), []byte("version=v3"), 1)
	model, err := leaves.LGEnsembleFromReader(bufio.NewReader(bytes.NewReader(text)), false)
	check(err)
	raw, err := os.ReadFile(os.Args[2])
	check(err)
	features, err := strconv.Atoi(os.Args[3])
	check(err)
	data := make([]float64, len(raw)/4)
	for index := range data {
		data[index] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[index*4:])))
	}
	rows := len(data) / features
	scores := make([]float64, rows)
	sink := 0.0
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch words[0] {
		case "predict":
			single := make([]float64, rows)
			for row := range single {
				single[row] = model.PredictSingle(data[row*features:(row+1)*features], 0)
			}
			check(model.PredictDense(data, rows, features, scores, 0, 1))
			file, err := os.Create(words[1])
			check(err)
			check(binary.Write(file, binary.LittleEndian, single))
			check(binary.Write(file, binary.LittleEndian, scores))
			check(file.Close())
			fmt.Fprint(out, 1)
		case "one":
			calls, err := strconv.Atoi(words[1])
			check(err)
			row, err := strconv.Atoi(words[2])
			check(err)
			row %= rows
			start := microseconds()
			for call := 0; call < calls; call++ {
				sink += model.PredictSingle(data[row*features:(row+1)*features], 0)
				if row++; row == rows {
					row = 0
				}
			}
			fmt.Fprintf(out, "%.6f", (microseconds()-start)/float64(calls))
		default:
			start := microseconds()
			check(model.PredictDense(data, rows, features, scores, 0, 1))
			sink += scores[0]
			fmt.Fprintf(out, "%.6f", (microseconds()-start)/float64(rows))
		}
		fmt.Fprintln(out)
		check(out.Flush())
	}
	if math.IsInf(sink, 0) {
		os.Exit(1)
	}
}

// See driver.c.
func microseconds() float64 {
	if os.Getenv("SETOSA_BENCH_CLOCK") != "cpu" {
		return float64(time.Since(begun).Nanoseconds()) / 1e3
	}
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e3
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
