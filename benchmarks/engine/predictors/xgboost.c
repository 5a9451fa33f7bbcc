/* XGBoost's own library: prediction in place from rows in memory, with one thread. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern int XGBoosterCreate(const void *, uint64_t, void **);
extern int XGBoosterLoadModel(void *, const char *);
extern int XGBoosterSetParam(void *, const char *, const char *);
extern int XGBoosterPredictFromDense(void *, const char *, const char *, void *, const uint64_t **, uint64_t *, const float **);

static void *booster;

static void check(int status) {
  if (status != 0) exit(4);
}

void prepare(const char *model, int features) {
  (void)features;
  check(XGBoosterCreate(NULL, 0, &booster));
  check(XGBoosterLoadModel(booster, model));
  check(XGBoosterSetParam(booster, "nthread", "1"));
}

static const float *predict(const float *rows, int count) {
  static const char config[] =
      "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false, \"missing\": NaN, "
      "\"cache_id\": 0}";
  char array[200];
  snprintf(array, sizeof array, "{\"data\": [%llu, true], \"shape\": [%d, %d], \"typestr\": \"<f4\", \"version\": 3}",
           (unsigned long long)(uintptr_t)rows, count, FEATURES);
  const uint64_t *shape;
  uint64_t dimensions;
  const float *result;
  check(XGBoosterPredictFromDense(booster, array, config, NULL, &shape, &dimensions, &result));
  return result;
}

double predict_one(const float *row) { return predict(row, 1)[0]; }

void predict_many(const float *rows, int count, double *scores) {
  const float *result = predict(rows, count);
  for (int row = 0; row < count; row++) scores[row] = result[row];
}
