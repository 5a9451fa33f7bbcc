/* Measures one predictor inside its own process. Arguments: the model's file, the rows' file (float32), features, rows.
 * Reads commands, a line each: "predict FILE" writes the score of every row, one at a time and then all at once, as
 * float64; "one N START" and "many" print microseconds per row. A predictor is compiled with it and provides these
 * functions. VALUE is the type of the rows that it takes. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void prepare(const char *model, int features);
double predict_one(const VALUE *row);
void predict_many(const VALUE *rows, int count, double *scores);

/* The wall's, or, where SETOSA_BENCH_CLOCK is "cpu", the process's own: it stands still while others have the core. */
static double microseconds(void) {
  static int clock = -1;
  if (clock < 0) {
    const char *name = getenv("SETOSA_BENCH_CLOCK");
    clock = name != NULL && strcmp(name, "cpu") == 0 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
  }
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  const int features = atoi(arguments[3]);
  const int rows = atoi(arguments[4]);
  const size_t values = (size_t)features * rows;
  float *read = malloc(sizeof(float) * values);
  VALUE *data = malloc(sizeof(VALUE) * values);
  double *scores = malloc(sizeof(double) * rows);
  FILE *file = fopen(arguments[2], "rb");
  if (file == NULL || fread(read, sizeof(float), values, file) != values) return 3;
  fclose(file);
  for (size_t index = 0; index < values; index++) data[index] = read[index];
  free(read);
  prepare(arguments[1], features);
  volatile double sink = 0;
  char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int calls, from;
    if (strncmp(line, "predict ", 8) == 0) {
      line[strcspn(line, "\n")] = 0;
      FILE *out = fopen(line + 8, "wb");
      if (out == NULL) return 4;
      for (int row = 0; row < rows; row++) scores[row] = predict_one(data + (size_t)row * features);
      fwrite(scores, sizeof(double), rows, out);
      predict_many(data, rows, scores);
      fwrite(scores, sizeof(double), rows, out);
      fclose(out);
      printf("1");
    } else if (sscanf(line, "one %d %d", &calls, &from) == 2) {
      const double start = microseconds();
      for (int call = 0, row = from % rows; call < calls; call++, row = row + 1 == rows ? 0 : row + 1)
        sink += predict_one(data + (size_t)row * features);
      printf("%.6f", (microseconds() - start) / calls);
    } else {
      const double start = microseconds();
      predict_many(data, rows, scores);
      sink += scores[0];
      printf("%.6f", (microseconds() - start) / rows);
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
