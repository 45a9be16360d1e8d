# طابور الانتظار: الشباك، الجهاز الآلي، شاشة النداء.
queue-title = طابور الانتظار
queue-kiosk = جهاز التذاكر
queue-display = شاشة النداء
queue-choose = أي شباك هو هذا الحاسوب؟ يُحتفظ بالاختيار على هذا الحاسوب.
queue-choose-other = تغيير الشباك
queue-no-desks = لا يوجد أي شباك. الشباك مكان يحمل نوعه إحدى خدمات الطابور.
queue-issue = إعطاء تذكرة
queue-issue-do = إعطاء التذكرة
queue-service = الخدمة
queue-priority = الأولوية
queue-priority-none = بدون
queue-priority-unvalidated = أولويات مقترحة: لم تصادق عليها المؤسسة بعد.
queue-phone = الهاتف (اختياري)
queue-phone-hint = تُرسل رسالة عند اقتراب الدور، ثم يُمحى الرقم.
queue-pause = إيقاف الشباك مؤقتا
queue-pause-why = السبب
queue-pause-do = إيقاف مؤقت
queue-paused = الشباك متوقف:
queue-paused-elsewhere = مغلق من نظام آخر
queue-open = إعادة فتح الشباك
queue-here = عند الشباك
queue-nobody-here = لا أحد عند الشباك.
queue-empty = لا أحد ينتظر. تظهر التذاكر هنا.
queue-called = تم النداء
queue-serving = عند الشباك
queue-calls = النداء { $calls } من { $needed }
queue-call = نداء
queue-again = إعادة النداء
queue-begin = لقد حضر
queue-end = إنهاء
queue-no-show = تسجيل الغياب:
queue-back = عاد
queue-gone = لا يريد الانتظار
queue-gone-do = سحب من الطابور:
queue-transfer = تحويل
queue-transfer-to = إلى
queue-transfer-do = تحويل
queue-any-desk = { $service }: أول شباك متاح
queue-next = التالي:
queue-waiting = في الانتظار
queue-number = الرقم
queue-why = الترتيب
queue-since = الوصول
queue-acts = الإجراءات
queue-slot = موعد { $time }
queue-why-always = حالة مستعجلة تسبق الجميع
queue-why-overdue = ينتظر منذ مدة طويلة
queue-why-priority = أولوية
queue-why-turn = حسب الدور
queue-missed = لم يحضروا عند النداء اليوم
queue-count = { $n ->
    [0] لا أحد ينتظر
    [one] شخص واحد ينتظر
    [two] شخصان ينتظران
    [few] { $n } أشخاص ينتظرون
    [many] { $n } شخصا ينتظرون
   *[other] { $n } شخص ينتظرون
}
queue-ahead = { $n ->
    [0] لا أحد قبلكم
    [one] شخص واحد قبلكم
    [two] شخصان قبلكم
    [few] { $n } أشخاص قبلكم
    [many] { $n } شخصا قبلكم
   *[other] { $n } شخص قبلكم
}
queue-more = { $n ->
    [zero] لا تذاكر أخرى.
    [one] تذكرة أخرى في الانتظار.
    [two] تذكرتان أخريان في الانتظار.
    [few] { $n } تذاكر أخرى في الانتظار.
    [many] { $n } تذكرة أخرى في الانتظار.
   *[other] { $n } تذكرة أخرى في الانتظار.
}
queue-wait-short = أقل من 5 دقائق
queue-wait-about = حوالي { $most } دقيقة
queue-wait-range = من { $half } إلى { $most } دقيقة
queue-ticket = التذكرة
queue-to-desk = العودة إلى الشباك
queue-print = طباعة
queue-state-requested = في الانتظار
queue-state-accepted = تم النداء
queue-state-in-progress = عند الشباك
queue-state-completed = انتهى
queue-state-cancelled = لم يعد ينتظر
queue-state-failed = لم يحضر عند النداء
queue-tie = لمن هذه التذكرة
queue-tie-find = الاسم أو الرقم أو الهاتف
queue-tie-search = بحث
queue-tie-none = لا أحد بهذا الاسم.
queue-tie-do = إنها لـ
queue-refused-RH-QUEUE-STATE = تغيرت هذه التذكرة في هذه الأثناء، أو لا يمكن القيام بذلك الآن: انظروا إلى الطابور.
queue-refused-RH-QUEUE-RACED = نادى شباك آخر على هذه التذكرة أو غيّرها قبل لحظة. لم يُنادَ على أحد هنا: نادوا على التالي.
queue-refused-RH-QUEUE-BUSY = يوجد شخص عند هذا الشباك أو نودي عليه: أنهوا ذلك أولا.
queue-refused-RH-QUEUE-PAUSED = هذا الشباك متوقف مؤقتا: أعيدوا فتحه قبل النداء.
queue-refused-RH-QUEUE-NOBODY = لا أحد ينتظر هذا الشباك.
queue-refused-RH-QUEUE-EARLY = عدد النداءات قليل، أو كان آخرها قبل لحظة: أعيدوا النداء ثم انتظروا.
queue-refused-RH-QUEUE-ELSEWHERE = هذه التذكرة تنتظر شباكا آخر.
queue-refused-RH-QUEUE-SERVICE = لا توجد هذه الخدمة هنا: اختاروا خدمة أخرى.
queue-refused-RH-QUEUE-NUMBERS = تُعطى تذاكر كثيرة في هذه اللحظة: أعيدوا المحاولة.
queue-kiosk-language = اللغة
queue-kiosk-welcome = مرحبا بكم. ما سبب مجيئكم؟
queue-kiosk-none = الجهاز غير مفتوح. المرجو التوجه إلى الاستقبال.
queue-kiosk-code = موعد أو تذكرة: قدموا الرمز
queue-kiosk-come = تأكيد
queue-kiosk-unknown = هذا الرمز غير معروف اليوم. خذوا تذكرة أو توجهوا إلى الاستقبال.
queue-kiosk-priority = هل أنتم في إحدى هذه الحالات؟
queue-kiosk-priority-none = لا
queue-kiosk-take = أخذ تذكرة
queue-kiosk-back = رجوع
queue-kiosk-yours = رقمكم
queue-kiosk-keep = احتفظوا برقمكم. يمكنكم تقديم هذا الرمز إلى الجهاز لمعرفة دوركم.
queue-kiosk-done = تم
queue-kiosk-state-requested = أنتم في الطابور.
queue-kiosk-state-accepted = نودي عليكم:
queue-kiosk-state-in-progress = أنتم منتظرون عند الشباك.
queue-kiosk-state-completed = انتهت هذه التذكرة.
queue-kiosk-state-cancelled = لم تعد هذه التذكرة في الطابور. خذوا تذكرة أخرى.
queue-kiosk-state-failed = فاتكم النداء. قدموا الرمز إلى الجهاز للانتظار من جديد.
queue-display-called = الأرقام التي نودي عليها
queue-display-none = لا نداء في هذه اللحظة
queue-display-near = قريبا
queue-display-near-none = لا أحد ينتظر
