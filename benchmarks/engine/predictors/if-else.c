/* The trees as C code: `score` is generated beside the model. */
double score(const VALUE *row);

void prepare(const char *model, int features) { (void)model, (void)features; }

double predict_one(const VALUE *row) { return score(row); }

void predict_many(const VALUE *rows, int count, double *scores) {
  for (int row = 0; row < count; row++) scores[row] = score(rows + (long)row * FEATURES);
}
