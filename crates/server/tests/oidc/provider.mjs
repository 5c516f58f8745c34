// A real identity provider for the tests: oidc-provider, with one client, and people who are signed in by naming them.
//
//   node provider.mjs PORT ALGORITHM KEY
//
// ALGORITHM is RS256, ES256 or EdDSA; KEY is the name of a key that is made anew. Prints "ready" when it listens.

import { createHash, generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [port, algorithm, kid] = process.argv.slice(2);
const modules = process.env.HEARTH_OIDC_MODULES ?? path.dirname(process.argv[1]);
const found = createRequire(path.join(modules, "x.js")).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found));

const kinds = {
  RS256: ["rsa", { modulusLength: 2048 }],
  ES256: ["ec", { namedCurve: "P-256" }],
  EdDSA: ["ed25519", {}],
};
const { privateKey } = generateKeyPairSync(...kinds[algorithm]);
const key = { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: algorithm };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [key] },
  cookies: { keys: [createHash("sha256").update(kid).digest("hex")] },
  clients: [{
    client_id: "hearth",
    client_secret: "a secret: with/letters & signs",
    redirect_uris: ["http://127.0.0.1:8080/sign-in/oidc/done"],
    id_token_signed_response_alg: algorithm,
  }],
  enabledJWA: { idTokenSigningAlgValues: [algorithm] },
  pkce: { required: () => true, methods: ["S256"] },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  ttl: { AuthorizationCode: 4 },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: !id.startsWith("un") }),
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

// Nobody types a password here: /interaction/UID?as=NAME signs NAME in and grants what was asked.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const details = await provider.interactionDetails(context.req, context.res);
  const name = context.cookies.get("as", { signed: false }) ?? "ada";
  const grant = new provider.Grant({ accountId: name, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const result = { login: { accountId: name }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
  context.respond = false;
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
