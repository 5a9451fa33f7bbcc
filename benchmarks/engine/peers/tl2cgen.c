/* The function that tl2cgen generates; it takes a row as entries that are missing where they hold -1, and adds to the score. */
#include "header.h"

void prepare(const char *model, int features) { (void)model, (void)features; }

double predict_one(const double *row) {
  union Entry entries[FEATURES];
  double score = 0;
  for (int feature = 0; feature < FEATURES; feature++)
    if (row[feature] == row[feature])
      entries[feature].fvalue = row[feature];
    else
      entries[feature].missing = -1;
  predict(entries, 1, &score);
  return score;
}

void predict_many(const double *rows, int count, double *scores) {
  for (int row = 0; row < count; row++) scores[row] = predict_one(rows + (long)row * FEATURES);
}
