//! What livefilter's filter does for each request, with the Rust SDK: a random value replaces a header, a value that
//! earned a 4xx is left out, the response names the filter. The plugin configuration is "plain" or "evict".

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const HEADER: &str = "user-agent";
const VALUES: [&str; 2] = ["hello", "world"];
const KEYS: [&str; 2] = ["eviction:hello", "eviction:world"];

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root { evict: false, random: Rc::new(Cell::new(seed())) }));
}}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

fn seed() -> u64 {
    now().as_nanos() as u64
}

struct Root {
    evict: bool,
    random: Rc<Cell<u64>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        self.evict = self.get_plugin_configuration().as_deref() == Some(b"evict");
        true
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream { evict: self.evict, random: self.random.clone(), chosen: 0 }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    evict: bool,
    random: Rc<Cell<u64>>,
    chosen: usize,
}

impl Stream {
    fn below(&self, n: usize) -> usize {
        let state = self.random.get().wrapping_add(0x9e3779b97f4a7c15);
        self.random.set(state);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
        ((z >> 32) * n as u64 >> 32) as usize
    }

    fn is_out(&self, value: usize) -> bool {
        match self.get_shared_data(KEYS[value]) {
            (Some(data), _) => {
                let until = u64::from_le_bytes(data.try_into().unwrap_or_default());
                until > now().as_nanos() as u64
            }
            _ => false,
        }
    }
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        self.chosen = self.below(VALUES.len());
        if self.evict && self.is_out(self.chosen) {
            self.chosen = (0..VALUES.len()).find(|&v| !self.is_out(v)).unwrap_or(0);
        }
        self.set_http_request_header(HEADER, Some(VALUES[self.chosen]));
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _count: usize, _end: bool) -> Action {
        if self.evict {
            let status = self.get_http_response_header(":status");
            if status.is_some_and(|s| s.starts_with('4')) {
                let until = (now() + Duration::from_secs(60)).as_nanos() as u64;
                let _ = self.set_shared_data(KEYS[self.chosen], Some(&until.to_le_bytes()), None);
            }
        }
        self.set_http_response_header("x-proxy-wasm", Some("my-wasm-filter"));
        Action::Continue
    }
}
