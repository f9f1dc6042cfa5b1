// The words of the page in its languages.

const english = {
  "nav.page": "page", "nav.gallery": "Gallery", "nav.history": "History", "nav.link": "Copy link", "nav.theme": "Dark or light",
  "ask.title": "Your expression", "ask.label": "Matrix expression", "ask.understood": "The expression as understood", "ask.remarks": "Remarks",
  "names.title": "Variables", "names.by": "Differentiate by {0}", "names.change": "Type of {0}: {1}", "names.inferred": "inferred",
  "names.declared": "declared", "names.forget": "Forget this type", "names.apply": "Apply", "names.rows": "rows", "names.columns": "columns", "names.size": "size", "names.properties": "properties",
  "kind.title": "Wanted", "kind.derivative": "derivative", "kind.hessian": "Hessian", "kind.differential": "differential",
  "layout.title": "Layout", "layout.both": "both", "layout.numerator": "numerator", "layout.denominator": "denominator",
  "answer.title": "Derivative", "answer.numerator": "Numerator layout", "answer.denominator": "Denominator layout", "answer.hessian": "Hessian",
  "answer.differential": "Differential", "answer.by": "by {0}", "answer.assuming": "Assuming {0}", "answer.shape": "Shape {0}", "answer.scalar": "scalar",
  "answer.boxes": "Value {0}, variable {1}, derivative {2}",
  "box.value": "value", "box.variable": "variable", "box.result": "derivative",
  "copy.latex": "LaTeX", "copy.unicode": "Unicode", "copy.text": "plain text", "copy.typst": "Typst", "copy.mathml": "MathML", "copy.svg": "image (SVG)", "copy.code": "Copy code",
  "copy.done": "Copied: {0}", "copy.failed": "The browser refuses to copy", "copy.as": "Copy as {0}",
  "tabs.title": "Details", "tabs.steps": "Steps", "tabs.code": "Code", "tabs.forms": "Other forms", "tabs.check": "Check", "tabs.graph": "Graph",
  "steps.differential": "by differentials", "steps.chain": "by the chain rule", "steps.style": "Style", "steps.source": "Source: {0}", "steps.norule": "By definition.",
  "code.target": "Language", "forms.entries": "Entries", "forms.vec": "By vec", "forms.refused": "Not available: {0}",
  "graph.title": "Computation graph of the expression", "wait": "Working …", "stop": "Stop", "stopped": "Stopped.",
  "loading": "Loading the engine into this page", "choose": "Choose the variable to differentiate by.", "close": "Close",
  "gallery.search": "Search", "gallery.none": "Nothing found.", "history.none": "Nothing yet.", "problem.try": "Try",
  "footer": "Nothing that you type leaves this page.", "footer.server": "Derived by matcalc on this machine.", "failed": "The engine did not start: {0}",
  "matrix": "matrix", "vector": "vector", "scalar": "scalar", "symmetric": "symmetric", "spd": "positive definite", "diagonal": "diagonal", "orthogonal": "orthogonal", "positive": "positive",
};

const chinese = {
  "nav.page": "页面", "nav.gallery": "示例", "nav.history": "历史", "nav.link": "复制链接", "nav.theme": "深色或浅色",
  "ask.title": "表达式", "ask.label": "矩阵表达式", "ask.understood": "理解为", "ask.remarks": "说明",
  "names.title": "变量", "names.by": "对 {0} 求导", "names.change": "{0} 的类型：{1}", "names.inferred": "推断",
  "names.declared": "已声明", "names.forget": "取消声明", "names.apply": "应用", "names.rows": "行数", "names.columns": "列数", "names.size": "长度", "names.properties": "性质",
  "kind.title": "求", "kind.derivative": "导数", "kind.hessian": "黑塞矩阵", "kind.differential": "微分",
  "layout.title": "布局", "layout.both": "两种", "layout.numerator": "分子布局", "layout.denominator": "分母布局",
  "answer.title": "导数", "answer.numerator": "分子布局", "answer.denominator": "分母布局", "answer.hessian": "黑塞矩阵",
  "answer.differential": "微分", "answer.by": "对 {0}", "answer.assuming": "假设 {0}", "answer.shape": "形状 {0}", "answer.scalar": "标量",
  "answer.boxes": "函数值 {0}，变量 {1}，导数 {2}",
  "box.value": "函数值", "box.variable": "变量", "box.result": "导数",
  "copy.latex": "LaTeX", "copy.unicode": "Unicode", "copy.text": "纯文本", "copy.typst": "Typst", "copy.mathml": "MathML", "copy.svg": "图片 (SVG)", "copy.code": "复制代码",
  "copy.done": "已复制：{0}", "copy.failed": "浏览器不允许复制", "copy.as": "复制为 {0}",
  "tabs.title": "详情", "tabs.steps": "步骤", "tabs.code": "代码", "tabs.forms": "其他形式", "tabs.check": "检验", "tabs.graph": "计算图",
  "steps.differential": "微分法", "steps.chain": "链式法则", "steps.style": "方法", "steps.source": "出处：{0}", "steps.norule": "由定义。",
  "code.target": "语言", "forms.entries": "按元素", "forms.vec": "按 vec", "forms.refused": "没有：{0}",
  "graph.title": "表达式的计算图", "wait": "计算中……", "stop": "停止", "stopped": "已停止。",
  "loading": "正在把引擎载入本页", "choose": "请选择求导的变量。", "close": "关闭",
  "gallery.search": "搜索", "gallery.none": "没有找到。", "history.none": "还没有记录。", "problem.try": "试试",
  "footer": "您输入的内容不会离开本页。", "footer.server": "由本机上的 matcalc 求导。", "failed": "引擎没有启动：{0}",
  "matrix": "矩阵", "vector": "向量", "scalar": "标量", "symmetric": "对称", "spd": "正定", "diagonal": "对角", "orthogonal": "正交", "positive": "正",
};

const all = { en: english, zh: chinese };
let current = "en";

export const languages = Object.keys(all);
export const language = () => current;

export function speak(code) {
  current = all[code] ? code : "en";
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  const button = document.getElementById("language");
  button.textContent = current === "zh" ? "English" : "中文";
  button.lang = current === "zh" ? "en" : "zh";
}

export function say(key, ...parts) {
  const text = all[current][key] ?? english[key] ?? key;
  return text.replace(/\{(\d)\}/g, (_, i) => parts[i] ?? "");
}
