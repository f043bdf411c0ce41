/**
 * A page that stands by itself: it opens from disk, asks the network for nothing and runs no script at all. Its
 * Content-Security-Policy lets in the page's own style sheet and nothing else.
 */

import { createHash } from 'node:crypto';
import { html, trusted, type Html } from './html.ts';
import { style } from './style.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export interface Document {
  readonly title: string;
  readonly header: Html;
  readonly sections: readonly Section[];
  readonly footer: Html;
}

// One piece, so that not a space comes between: the policy allows exactly this text by its hash.
const styleElement = trusted(`<style>${style}</style>`);
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

const sectionOf = ({ id, title, body }: Section): Html =>
  html`<section id="${id}">
    <h2>${title}</h2>
    ${body}
  </section>`;

export function document({ title, header, sections, footer }: Document): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${header}
        <main>
          <nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav>
          ${sections.map(sectionOf)}
        </main>
        <footer>${footer}</footer>
      </body>
    </html> `;
}
