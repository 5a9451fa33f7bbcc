module setosa.dev/benchmarks/leaves

go 1.19

require github.com/dmitryikh/leaves v0.0.0-20230708180554-25d19a787328
