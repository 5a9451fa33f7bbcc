/* LightGBM's own library: its fast form for one row, and its batches, with one thread. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern int LGBM_BoosterCreateFromModelfile(const char *, int *, void **);
extern int LGBM_BoosterPredictForMatSingleRowFastInit(void *, int, int, int, int, int32_t, const char *, void **);
extern int LGBM_BoosterPredictForMatSingleRowFast(void *, const void *, int64_t *, double *);
extern int LGBM_BoosterPredictForMat(void *, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *, double *);

enum { float64 = 1, raw_score = 1, row_major = 1 };

static void *booster, *fast;

static void check(int status) {
  if (status != 0) exit(4);
}

void prepare(const char *model, int features) {
  int iterations;
  freopen("/dev/null", "w", stderr);
  check(LGBM_BoosterCreateFromModelfile(model, &iterations, &booster));
  check(LGBM_BoosterPredictForMatSingleRowFastInit(booster, raw_score, 0, -1, float64, features, "num_threads=1 verbosity=-1", &fast));
}

double predict_one(const VALUE *row) {
  int64_t length;
  double score;
  check(LGBM_BoosterPredictForMatSingleRowFast(fast, row, &length, &score));
  return score;
}

void predict_many(const VALUE *rows, int count, double *scores) {
  int64_t length;
  check(LGBM_BoosterPredictForMat(booster, rows, float64, count, FEATURES, row_major, raw_score, 0, -1, "num_threads=1 verbosity=-1",
                                  &length, scores));
}
