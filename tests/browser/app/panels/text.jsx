// The panel "text": Markdown or HTML with variables.
import { renderTextPanelMarkdown, textUtil } from '@grafana/data';

export function TextPanel({ options, replaceVariables, height }) {
  const content = replaceVariables(options.content ?? '', {}, 'html');
  const html = options.mode === 'html'
    ? textUtil.sanitizeTextPanelContent(content) : renderTextPanelMarkdown(content);
  return (
    <div className="markdown-html" style={{ height, overflow: 'auto' }}
      dangerouslySetInnerHTML={{ __html: html }} />
  );
}
