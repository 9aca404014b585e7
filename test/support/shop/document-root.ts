import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { giveToWeb, reachableByOthers, type WebUser } from "../servers/web-user.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));

/** A PHP value, as far as a settings file needs one. */
export type PhpValue = string | number | boolean | null | readonly PhpValue[] | { readonly [key: string]: PhpValue };

/** Where the shop's own database is and how PHP reaches the service. */
export interface DocumentRootOptions {
  readonly databaseUrl: string;
  /** The module's own settings file: addresses, token, tls, apply. */
  readonly bridge: { readonly [key: string]: PhpValue };
  /** What a test asks of the stand-in kernel (`clickbridge_test` of test/bitrix-kernel/README.md). */
  readonly kernel?: { readonly [key: string]: PhpValue };
  /** How the module comes into the shop; by links to the checkout by default. */
  readonly module?: ModuleSource;
}

/**
 * `none`: not at all, a test puts it there. Else the module's archive is unpacked into /local/modules or /bitrix/modules and installed, all of it
 * by the web user as a shop's administrator would.
 */
export type ModuleSource = "none" | ModuleInstall;

export interface ModuleInstall {
  readonly zip: Buffer;
  readonly folder: "local" | "bitrix";
}

/** Builds the document root of a stand-in shop in `folder`, as test/bitrix-kernel/README.md lays it out. */
export function buildDocumentRoot(folder: string, options: DocumentRootOptions, user: WebUser | undefined): string {
  const source = sourceFor(folder, user);
  const root = join(folder, "www");
  const link = (from: string, to: string): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    symlinkSync(join(source, from), join(root, to));
  };
  for (const module of readdirSync(join(source, "test/bitrix-kernel/bitrix/modules"))) {
    link(`test/bitrix-kernel/bitrix/modules/${module}`, `bitrix/modules/${module}`);
  }
  for (const page of ["sale_ps_result.php", "sale_ps_ajax.php"]) {
    link(`test/bitrix-kernel/bitrix/tools/${page}`, `bitrix/tools/${page}`);
  }
  link("test/bitrix-kernel/bitrix/admin", "bitrix/admin");
  link("test/bitrix-kernel/shop", "shop");
  if (options.module === undefined) linkShim(source, link);

  mkdirSync(join(root, "bitrix/php_interface"), { recursive: true });
  const write = (to: string, value: PhpValue): void => {
    writeFileSync(join(root, to), `<?php\nreturn ${php(value)};\n`);
    giveToWeb(join(root, to), user);
  };
  write("bitrix/.settings.php", {
    connections: { value: { default: connectionOf(options.databaseUrl) } },
    clickbridge_test: { value: options.kernel ?? {} },
  });
  write("bitrix/php_interface/clickbridge.php", options.bridge);
  if (options.module !== undefined && options.module !== "none") unpackAndInstall(root, options.module, user);
  return root;
}

function linkShim(source: string, link: (from: string, to: string) => void): void {
  for (const page of readdirSync(join(source, "php-bridge/public"))) {
    link(`php-bridge/public/${page}`, `bitrix/tools/clickbridge/${page}`);
  }
  for (const settings of [".user.ini", ".htaccess"]) {
    link(`php-bridge/install/tools/clickbridge/${settings}`, `bitrix/tools/clickbridge/${settings}`);
  }
  link("php-bridge/handler/clickbridge", "bitrix/php_interface/include/sale_payment/clickbridge");
}

function unpackAndInstall(root: string, module: ModuleInstall, user: WebUser | undefined): void {
  unpackModule(root, module);
  if (user !== undefined) execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, root]);
  const script = join(root, "bitrix/modules/main/tools/module.php");
  execFileSync("php", [script, root, "install", "clickbridge.payment"], user ?? {});
}

/** Over what an earlier one has left there. */
export function unpackModule(root: string, { zip, folder }: ModuleInstall): void {
  const modules = join(root, folder, "modules");
  mkdirSync(modules, { recursive: true });
  const archive = join(modules, "module.zip");
  writeFileSync(archive, zip);
  execFileSync("unzip", ["-qo", archive, "-d", modules]);
  rmSync(archive);
}

/** The checkout itself, or a copy where the web user could not reach it (a checkout below /root). */
function sourceFor(folder: string, user: WebUser | undefined): string {
  if (user === undefined || reachableByOthers(CHECKOUT)) return CHECKOUT;
  const copy = join(folder, "checkout");
  for (const part of ["php-bridge", "test/bitrix-kernel"]) {
    cpSync(join(CHECKOUT, part), join(copy, part), { recursive: true });
  }
  return copy;
}

/** A mysql:// URL as Bitrix writes it: a socket stands behind the host name. */
function connectionOf(databaseUrl: string): { readonly [key: string]: PhpValue } {
  const url = new URL(databaseUrl);
  const socketPath = url.searchParams.get("socketPath");
  return {
    host: socketPath === null ? `${url.hostname}:${url.port === "" ? 3306 : url.port}` : `localhost:${socketPath}`,
    database: decodeURIComponent(url.pathname.slice(1)),
    login: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function php(value: PhpValue): string {
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(php).join(", ")}]`;
  return `[${Object.entries(value)
    .map(([key, item]) => `${php(key)} => ${php(item)}`)
    .join(", ")}]`;
}
