/** Rows of the example models, and what scikit-learn answered to them (test/fixtures/models). */

export const setosaRow = [5.1, 3.5, 1.4, 0.2];
export const virginicaRow = [6.3, 3.3, 6, 2.5];
/** The same as little-endian float32: 0x40a33333, 0x40600000, 0x3fb33333, 0x3e4ccccd and 0x40c9999a, 0x40533333, 0x40c00000, 0x40200000. */
export const setosaBytes = "3333a34000006040" + "3333b33fcdcc4c3e";
export const virginicaBytes = "9a99c94033335340" + "0000c04000002040";

export const near = (...values: number[]) => values.map((value) => ({ $near: value }));
export const setosaProbabilities = near(0.981656829444016, 0.01834315616093856, 1.4395045350105303e-8);
export const virginicaProbabilities = near(8.911199e-7, 0.003937034, 0.9960621);

export const features = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
export const named = (row: readonly unknown[]) => Object.fromEntries(features.map((name, index) => [name, row[index]]));

/** `loans` takes numbers and categories, each in an input of its own. */
export const loansRow = {
  income: 44383.15,
  loan_amount: 24341.57,
  age: 25,
  employment_years: 6.2,
  debt_ratio: 0.141,
  purpose: "car",
  home_ownership: "mortgage",
};
export const loansProbabilities = near(0.3698156296343693, 0.6301843703656307);

/** `diabetes` is a regression. */
export const diabetesRow = [
  0.038075906433423026, 0.05068011873981862, 0.061696206518683294, 0.0218723855140367, -0.04422349842444599, -0.03482076283769895,
  -0.04340084565202491, -0.002592261998183278, 0.019907486170462722, -0.01764612515980379,
];
export const diabetesValue = { $near: 200.8733737178485 };

/** Longer than the servers' limit. */
export const longText = "x".repeat(70_000);
