/* Measures one predictor inside its own process. Reads commands, a line each: "predict" prints the score of every row,
 * "one N START" and "many" print microseconds per row. A predictor is compiled with it and provides these functions. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void prepare(const char *model, int features);
double predict_one(const double *row);
void predict_many(const double *rows, int count, double *scores);

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  const int features = atoi(arguments[3]);
  const int rows = atoi(arguments[4]);
  double *data = malloc(sizeof(double) * features * rows);
  double *scores = malloc(sizeof(double) * rows);
  FILE *file = fopen(arguments[2], "rb");
  if (file == NULL || fread(data, sizeof(double) * features, rows, file) != (size_t)rows) return 3;
  fclose(file);
  prepare(arguments[1], features);
  volatile double sink = 0;
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int calls, from;
    if (strcmp(line, "predict\n") == 0) {
      for (int row = 0; row < rows; row++) printf(row == 0 ? "%.17g" : " %.17g", predict_one(data + (size_t)row * features));
      predict_many(data, rows, scores);
      for (int row = 0; row < rows; row++) printf(" %.17g", scores[row]);
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
