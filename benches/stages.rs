//! How long each stage takes on projects of 10, 1,000 and 10,000 metrics: `cargo bench`.

mod generate;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use etalon::check;
use etalon::diagnostic::Found;
use etalon::emit::{self, Emission};
use etalon::meaning::canonical;
use etalon::model::{Calendar, Model};
use etalon::source::{FileId, Sources};
use etalon::sql::binding::Binding;
use etalon::{dialect, plan, syntax};
use rayon::prelude::*;
use std::hint::black_box;
use std::time::Duration;

const SIZES: [usize; 3] = [10, 1_000, 10_000];

fn read(metrics: usize) -> (Sources, Vec<FileId>, u64) {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    let mut bytes = 0;
    for (name, text) in generate::definitions(metrics) {
        bytes += text.len() as u64;
        files.push(sources.add(name, text));
    }
    (sources, files, bytes)
}

fn model(metrics: usize) -> Model {
    let (sources, files, _) = read(metrics);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &files, &mut found);
    let model = check::check(&ast, &Calendar::default(), &mut found);
    assert!(!found.has_errors(), "the generated project is sound: {:?}", found.sorted().first());
    model
}

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for size in SIZES {
        let (sources, files, bytes) = read(size);
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(BenchmarkId::from_parameter(size), |bench| {
            bench.iter(|| syntax::parse(&sources, &files, &mut Found::default()));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("check");
    for size in SIZES {
        let (sources, files, _) = read(size);
        let ast = syntax::parse(&sources, &files, &mut Found::default());
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bench| {
            bench.iter(|| check::check(&ast, &Calendar::default(), &mut Found::default()));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("digest");
    for size in SIZES {
        let model = model(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bench| {
            bench.iter(|| canonical::digests(&model));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("plan and render, 5 dialects");
    for size in SIZES {
        let model = model(size);
        let publications = check::publications(&model, &mut Found::default());
        group.throughput(Throughput::Elements(publications.len() as u64 * dialect::ALL.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bench| {
            bench.iter(|| {
                publications.par_iter().for_each(|publication| {
                    let plan = plan::plan(&model, &publication.request);
                    let what = Emission {
                        request: &publication.request,
                        title: None,
                        do_not_aggregate: false,
                        provenance: None,
                    };
                    for dialect in dialect::ALL {
                        let sql = emit::statement(&model, &what, &plan, dialect, &Binding::plain());
                        black_box(sql.expect("every dialect can say it"));
                    }
                });
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("one query with vetting");
    let model = model(1_000);
    let publications = check::publications(&model, &mut Found::default());
    let request = &publications[0].request;
    for dialect in dialect::ALL {
        group.bench_function(dialect.name, |bench| {
            let what = Emission { request, title: None, do_not_aggregate: false, provenance: None };
            bench.iter_batched(
                Binding::plain,
                |binding| emit::emit(&model, &what, dialect, &binding).expect("every dialect can say it"),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = stages
}
criterion_main!(benches);
