/* The function that tl2cgen generates; it takes a row as entries that are missing where they hold -1, and adds to the scores.
 * Of two classes it gives both probabilities: the last one counts. SCORE and SCORES are the type and number of what it gives. */
#include "header.h"

void prepare(const char *model, int features) { (void)model, (void)features; }

double predict_one(const VALUE *row) {
  union Entry entries[FEATURES];
  SCORE scores[SCORES] = {0};
  for (int feature = 0; feature < FEATURES; feature++)
    if (row[feature] == row[feature])
      entries[feature].fvalue = row[feature];
    else
      entries[feature].missing = -1;
  predict(entries, 0, scores);
  return scores[SCORES - 1];
}

void predict_many(const VALUE *rows, int count, double *scores) {
  for (int row = 0; row < count; row++) scores[row] = predict_one(rows + (long)row * FEATURES);
}
