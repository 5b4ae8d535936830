import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Built by `npm run build:web`; this file is compiled to dist/src/rest/. */
export const WEB_DIR = fileURLToPath(new URL("../../web", import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page needs nothing from anywhere else; the favicon is an inline svg. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

interface WebFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Vite puts a content hash into the names below assets/. */
  readonly immutable: boolean;
}

/** Paths the page itself routes. */
const PAGE_PATHS = [
  "/",
  "/block/:id",
  "/tx/:hash",
  "/address/:address",
  "/transfers",
  "/blocks",
  "/transactions",
];

/** Serve the built page from memory: a handful of files. Without a build, `/` says how to make one. */
export async function registerWeb(app: FastifyInstance, webDir: string): Promise<boolean> {
  const files = await loadFiles(webDir);
  for (const [path, file] of files) app.get(path, (request, reply) => send(request, reply, file));
  const index = files.get("/index.html");
  for (const path of PAGE_PATHS)
    app.get(path, (request, reply) =>
      index === undefined
        ? reply
            .code(503)
            .type("text/plain")
            .send("The page is not built: npm run build:web -w packages/explorer\n")
        : send(request, reply, index),
    );
  app.get("/favicon.ico", (_request, reply) => reply.code(204).send());
  return index !== undefined;
}

async function loadFiles(dir: string): Promise<Map<string, WebFile>> {
  const files = new Map<string, WebFile>();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      // Not built yet: the page says so.
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const type = CONTENT_TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    const urlPath = `/${relative(dir, path).split(sep).join("/")}`;
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    files.set(urlPath, { body, type, etag, immutable: urlPath.startsWith("/assets/") });
  }
  return files;
}

function send(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  reply
    .header("content-security-policy", CONTENT_SECURITY_POLICY)
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .header("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache")
    .header("etag", file.etag);
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  return reply.type(file.type).send(file.body);
}
