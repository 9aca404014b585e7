import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate and its key, as files and as bytes. */
export interface TlsIdentity {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** An authority of a test's own, which signs certificates for 127.0.0.1 and localhost. */
export interface TestAuthority extends TlsIdentity {
  issue(name: string): Promise<TlsIdentity>;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export async function makeAuthority(folder: string, name: string): Promise<TestAuthority> {
  const paths = pathsOf(folder, name);
  await run("openssl", [
    ...["req", "-x509", ...KEY, "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", paths.keyFile, "-out", paths.certFile],
  ]);
  return { ...(await read(paths)), issue: (holder) => issue(folder, paths, holder) };
}

type Paths = Pick<TlsIdentity, "certFile" | "keyFile">;

function pathsOf(folder: string, name: string): Paths {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

async function issue(folder: string, authority: Paths, name: string): Promise<TlsIdentity> {
  const paths = pathsOf(folder, name);
  await run("openssl", [
    ...[
      "req",
      "-x509",
      ...KEY,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-addext",
      "subjectAltName=IP:127.0.0.1,DNS:localhost",
    ],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-CA", authority.certFile, "-CAkey", authority.keyFile],
    ...["-keyout", paths.keyFile, "-out", paths.certFile],
  ]);
  return read(paths);
}

async function read(paths: Paths): Promise<TlsIdentity> {
  return { ...paths, cert: await readFile(paths.certFile), key: await readFile(paths.keyFile) };
}
