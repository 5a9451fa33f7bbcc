const names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
/** Means and spreads of the four measures over all irises. */
const measures = [
  [5.8, 0.8],
  [3.05, 0.4],
  [3.8, 1.7],
  [1.2, 0.75],
] as const;

/** Asks the models of a server as people might, in waves, until it is told to end. */
export function askAround(url: string): () => Promise<void> {
  let ended = false;
  const post = async (model: string, body: unknown) => {
    const answer = await fetch(`${url}/models/${model}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
  };
  const around = async () => {
    for (let turn = 0; !ended; turn++) {
      const wave = 2 + Math.round(6 * Math.sin(turn / 25) ** 2);
      await Promise.all(Array.from({ length: wave }, () => post("iris", irisRow(0))));
      // A sensor that measures half a centimetre too much: its features drift.
      await post("iris-forest", [irisRow(0.6), irisRow(0.6)]);
      if (turn % 3 === 0)
        for (const model of ["loans", "wine", "digits"]) await (await fetch(`${url}/models/${model}/predict`)).arrayBuffer();
      if (turn % 40 === 0) await post("iris", { "sepal length (cm)": 5.1 });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const done = around();
  return () => {
    ended = true;
    return done;
  };
}

function irisRow(shift: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    measures.map(([mean, spread], place) => [
      names[place],
      Math.max(0.1, Number((mean + spread * normal() + (place === 0 ? shift : 0)).toFixed(1))),
    ]),
  );
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
