import { render } from "preact";
import { App } from "./app.tsx";
import { applyTheme } from "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/charts.css";
import "./styles/models.css";

applyTheme();
const root = document.getElementById("page");
if (root !== null) render(<App />, root);
