import { SetosaError } from "setosa";
import { iris } from "../../lib/iris";
import type { IrisRow } from "../../lib/models";

// The model as a library, in a route of your own.
export async function POST(request: Request): Promise<Response> {
  const model = await iris();
  try {
    const { prediction, probabilities } = model.predict((await request.json()) as IrisRow);
    return Response.json({ flower: prediction, certainty: probabilities[prediction] });
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    const { code, message, path, hint } = error;
    return Response.json({ code, message, path, hint }, { status: 400 });
  }
}
