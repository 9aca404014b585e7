import { request } from "undici";
import type { ShopSite } from "./shop-site.ts";

/** The cookie of the stand-in's one administrator, for the kernel's settings. */
export const ADMIN_COOKIE = "the-administrator-of-this-test";

/** Somebody at the pages of the admin section. */
export interface Visitor {
  get(path: string): Promise<AdminPage>;
  /** Sends a form with this visitor's own key, unless told another. */
  post(path: string, form: Readonly<Record<string, string>>): Promise<AdminPage>;
}

export interface AdminPage {
  readonly status: number;
  readonly text: string;
  /** The messages on top, good and bad. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const MESSAGE = /<div class="adm-message (ok|error)"><b>(.*?)<\/b>/gs;
const SESSION_KEY = /name="sessid" id="sessid" value="([0-9a-f]+)"/;

/** Without a cookie nobody; with another one somebody who has an account and no rights. */
export function visitorOf({ site }: ShopSite, cookie: string | null = ADMIN_COOKIE): Visitor {
  let sessionKey = "";
  const send = async (path: string, init: { method?: "POST"; body?: string } = {}): Promise<AdminPage> => {
    const response = await request(`${site.url}/bitrix/admin/${path}`, {
      ...init,
      headers: {
        ...(cookie === null ? {} : { cookie: `STANDIN_USER=${cookie}` }),
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    const text = await response.body.text();
    sessionKey = SESSION_KEY.exec(text)?.[1] ?? sessionKey;
    const said = [...text.matchAll(MESSAGE)].map(([, kind, words = ""]) => ({ kind, words: unescapeHtml(words) }));
    return {
      status: response.statusCode,
      text,
      good: said.filter(({ kind }) => kind === "ok").map(({ words }) => words),
      bad: said.filter(({ kind }) => kind === "error").map(({ words }) => words),
    };
  };
  return {
    get: (path) => send(path),
    post: (path, form) =>
      send(path, { method: "POST", body: new URLSearchParams({ sessid: sessionKey, ...form }).toString() }),
  };
}

function unescapeHtml(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
