/** Parses SHOW GRANTS: the rights that a user itself has on a table. */

/** One right on one table or pattern. Column rights are left out; `incomplete` tells that there are some. */
interface Grant {
  readonly rights: ReadonlySet<string>;
  /** A LIKE pattern, or `*` for every database. */
  readonly database: string;
  /** `*` for every table. */
  readonly table: string;
}

export interface Grants {
  readonly granted: readonly Grant[];
  /** MySQL 8 can revoke single databases from a global right. */
  readonly revoked: readonly Grant[];
  /** The lines do not tell everything: there are roles or column rights. */
  readonly incomplete: boolean;
}

const ALL = "ALL PRIVILEGES";
const LINE = /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) (?:TO|FROM) /;
/** A column right lists its columns in parentheses. */
const RIGHT = /\s*([A-Z][A-Z_ ]*[A-Z])\s*(\([^)]*\))?\s*(?:,|$)/g;

export function readGrants(lines: readonly string[]): Grants {
  const granted: Grant[] = [];
  const revoked: Grant[] = [];
  let incomplete = false;
  for (const line of lines) {
    const [, verb, list, database, table] = LINE.exec(line) ?? [];
    if (list === undefined || database === undefined || table === undefined) {
      // A role has no ON. Rights on routines and proxies are not rights on tables.
      if (/^GRANT (?!.* ON )/.test(line)) incomplete = true;
      continue;
    }
    const rights = [...list.matchAll(RIGHT)];
    if (rights.some(([, , columns]) => columns !== undefined)) incomplete = true;
    const whole = rights.filter(([, , columns]) => columns === undefined).map(([, right = ""]) => right);
    const grant = { rights: new Set(whole), database: unquoted(database), table: unquoted(table) };
    (verb === "GRANT" ? granted : revoked).push(grant);
  }
  return { granted, revoked, incomplete };
}

export function mayDo({ granted, revoked }: Grants, right: string, database: string, table: string): boolean {
  const has = (grant: Grant) => grant.rights.has(right) || grant.rights.has(ALL);
  const isRevoked = revoked.some((grant) => has(grant) && covers(grant, database, table));
  return granted.some(
    (grant) => has(grant) && covers(grant, database, table) && !(grant.database === "*" && isRevoked),
  );
}

function covers(grant: Grant, database: string, table: string): boolean {
  if (grant.table !== "*") return grant.table === table && grant.database === database;
  return grant.database === "*" || likePattern(grant.database).test(database);
}

/** `_` and `%` are wildcards only in a right on a whole database. */
function likePattern(pattern: string): RegExp {
  const parts = [...pattern.matchAll(/\\(.)|([%_])|([^\\%_]+)/gs)].map(([, escaped, wildcard, literal]) => {
    if (wildcard !== undefined) return wildcard === "%" ? ".*" : ".";
    return (escaped ?? literal ?? "").replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

function unquoted(name: string): string {
  return name === "*" ? "*" : name.slice(1, -1).replaceAll("``", "`");
}
