// @ts-check
/** @typedef {{ url: string, headers: Record<string, string> }} ViewerRequest */
/** @typedef {{ preauthorizeApiKey(scheme: string, key: string): void }} Viewer */

/** As the page keeps it: who has given the key there is not asked again. */
const keyName = "setosa-api-key";
const themeName = "setosa-theme";

/**
 * @param {"localStorage" | "sessionStorage"} where
 * @param {string} name
 */
function stored(where, name) {
  try {
    return window[where].getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`There is no #${id}.`);
  return found;
}

/** The page's choice, or what the system says, now and when it changes. */
function applyTheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = stored("localStorage", themeName);
    document.documentElement.classList.toggle("dark-mode", chosen === "dark" || (chosen !== "light" && dark.matches));
  };
  apply();
  dark.addEventListener("change", apply);
}

/** @param {string | undefined} key */
function show(key) {
  element("key-form").hidden = true;
  // @ts-expect-error The bundle is a script of its own, without types.
  const open = /** @type {(options: object) => Viewer} */ (window.SwaggerUIBundle);
  const viewer = open({
    url: "openapi.json",
    dom_id: "#docs",
    // Links inside of what opens an operation would be controls in a control (WCAG 2.2, 4.1.2).
    deepLinking: false,
    tryItOutEnabled: true,
    filter: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    syntaxHighlight: { activated: false },
    // Nothing goes to anybody but this server.
    validatorUrl: null,
    requestInterceptor: (/** @type {ViewerRequest} */ request) => {
      const sent = Object.keys(request.headers).map((name) => name.toLowerCase());
      const own = new URL(request.url, window.location.href).origin === window.location.origin;
      if (key !== undefined && own && !sent.includes("authorization") && !sent.includes("x-api-key")) request.headers["X-Api-Key"] = key;
      return request;
    },
    // There is one server, which needs no choice.
    plugins: [() => ({ components: { ServersContainer: () => null } })],
    // So that the commands that it shows have it too.
    onComplete: () => key !== undefined && viewer.preauthorizeApiKey("apiKey", key),
  });
}

/** @param {string | undefined} key */
async function begin(key) {
  const answer = await fetch("openapi.json", { headers: key === undefined ? {} : { "X-Api-Key": key } });
  if (answer.ok) return show(key);
  if (answer.status !== 401) throw new Error(`openapi.json was answered with ${answer.status}.`);
  element("key-form").hidden = false;
  element("api-key").focus();
  if (key !== undefined) element("key-problem").textContent = "The server does not know the key that it was sent.";
}

/** @param {string | undefined} key */
function beginOrTell(key) {
  begin(key).catch((error) => {
    element("problem").textContent = `The description of the server could not be read: ${error instanceof Error ? error.message : error}`;
  });
}

applyTheme();
element("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = /** @type {HTMLInputElement} */ (element("api-key")).value.trim();
  if (key === "") return;
  try {
    window.sessionStorage.setItem(keyName, key);
  } catch {
    // Without storage it lasts as long as the page.
  }
  beginOrTell(key);
});
beginOrTell(stored("sessionStorage", keyName));
