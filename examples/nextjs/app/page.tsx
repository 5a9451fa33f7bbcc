import { connection } from "next/server";
import { iris } from "../lib/iris";

// A component of the server predicts while it renders.
export default async function Page() {
  await connection();
  const { prediction } = (await iris()).predict([5.1, 3.5, 1.4, 0.2]);
  return <p>The flower is {prediction}.</p>;
}
