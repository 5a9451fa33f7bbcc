/* The function in the object file that lleaves compiles. */
void forest_root(const double *rows, double *scores, int from, int to);

void prepare(const char *model, int features) { (void)model, (void)features; }

double predict_one(const VALUE *row) {
  double score;
  forest_root(row, &score, 0, 1);
  return score;
}

void predict_many(const VALUE *rows, int count, double *scores) { forest_root(rows, scores, 0, count); }
