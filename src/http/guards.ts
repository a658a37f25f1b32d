import { domainOf } from "../settings/public-suffix";
import type { Config } from "../settings/config";

/**
 * Sent with every page. `form-action` names the trusted origins, or Chromium stops the way back to the docs;
 * `pageStyle` is the source of the one style that a page may have in itself.
 */
export function guardsOfPages(config: Config, pageStyle = ""): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${pageStyle}`.trim(),
    "img-src 'self'",
    "connect-src 'self'",
    `form-action 'self' ${config.trustedOrigins.join(" ")}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    ...guardsOfApi(config),
    "content-security-policy": policy.join("; "),
    "referrer-policy": "same-origin", // `no-referrer` would make browsers send `Origin: null` with our own forms
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex", // a login is no answer to a search
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
}

/** Sent with what is data and no page: it is read as nothing else, from nowhere else, and does nothing if it is. */
export function guardsOfApi(config: Config): Record<string, string> {
  return {
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    ...strictTransport(config),
  };
}

/**
 * Browsers keep to https for a year. For the sub-domains of a host only where they are surely ours: under a registrable
 * domain itself, or a public suffix, they are other people's machines, which may have no https.
 */
export function strictTransport({ secure, origin }: Config): Record<string, string> {
  if (!secure) return {};
  const { hostname } = new URL(origin);
  const domain = domainOf(hostname, { allowPrivateDomains: true });
  const withSubDomains = domain !== null && domain !== hostname;
  return { "strict-transport-security": `max-age=31536000${withSubDomains ? "; includeSubDomains" : ""}` };
}
