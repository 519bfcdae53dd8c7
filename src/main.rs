use etalon::{check, diagnostic::Found, model::Calendar, source::Sources, syntax};
fn main() {
    let mut sources = Sources::default();
    let mut ids = vec![];
    for p in std::env::args().skip(1) {
        let t = std::fs::read_to_string(&p).unwrap();
        ids.push(sources.add(p, t));
    }
    let mut found = Found::default();
    let t = std::time::Instant::now();
    let ast = syntax::parse(&sources, &ids, &mut found);
    eprintln!("parsed {:?}", t.elapsed());
    let model = check::check(&ast, &Calendar::default(), &mut found);
    eprintln!("checked {:?} {} metrics", t.elapsed(), model.metrics.len());
    for d in found.sorted() {
        let f = sources.get(d.span.file);
        let (l, c) = f.line_column(d.span.start);
        println!(
            "{:?}[{}] {}:{l}:{c} {} | {} | {:?} | {:?}",
            d.code.severity,
            d.code.id,
            f.name,
            d.message,
            d.label,
            d.help,
            d.related.iter().map(|r| &r.1).collect::<Vec<_>>()
        );
    }
}
